/** Whose postbacks a preset is made for, and how its system gets to know our click id. */
export interface Sender {
  readonly title: string
  /** In a sentence, where that is another word than its title. */
  readonly called?: string
  readonly kind: 'Your own shop or server' | 'Trackers' | 'Networks'
  readonly handOver: string
}

const external = 'in the parameter that is called External ID in the traffic source’s settings'

/** By the preset’s name. */
export const senders: Readonly<Record<string, Sender>> = {
  canonical: {
    title: 'Shop or server of your own',
    called: 'your system',
    kind: 'Your own shop or server',
    handOver: 'It arrives at the landing page as click_id. Keep it with the visitor’s basket, and send it back.',
  },
  voluum: { title: 'Voluum', kind: 'Trackers', handOver: `Put {click_id} ${external}.` },
  keitaro: { title: 'Keitaro', kind: 'Trackers', handOver: 'Add external_id={click_id} to it.' },
  binom: { title: 'Binom', kind: 'Trackers', handOver: `Put {click_id} ${external}.` },
  redtrack: { title: 'RedTrack', kind: 'Trackers', handOver: 'Add ref_id={click_id} to it.' },
  bemob: { title: 'BeMob', kind: 'Trackers', handOver: `Put {click_id} ${external}.` },
  tune: { title: 'TUNE', kind: 'Networks', handOver: 'Add aff_click_id={click_id} to it.' },
  everflow: { title: 'Everflow', kind: 'Networks', handOver: 'Add sub1={click_id} to it.' },
  affise: { title: 'Affise', kind: 'Networks', handOver: 'Add sub1={click_id} to it.' },
  impact: { title: 'impact.com', kind: 'Networks', handOver: 'Add subId1={click_id} to it.' },
}

/** One that is newer than this page is called by its own name. */
export const senderOf = (preset: string): Sender =>
  senders[preset] ?? {
    title: preset,
    kind: 'Networks',
    handOver: 'Add {click_id} under the name that it is sent back by.',
  }

export function calledOf(preset: string): string {
  const { title, called = title } = senderOf(preset)
  return called
}
