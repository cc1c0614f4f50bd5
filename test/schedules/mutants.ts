import type { Patch } from '../support/patched-build.js'

/** The program with one thing wrong in it. A schedule has to find each of them. */
export interface Mutant extends Patch {
  readonly name: string
  readonly suite: 'writer' | 'live'
}

const append = 'src/ledger/append.js'
const prepare = 'src/ledger/prepare-batch.js'
const leftHeads = 'src/ledger/left-heads.js'
const wantedBy = 'src/ledger/wanted-by.js'
const drain = 'src/spool/drain.js'
const queueing = 'src/spool/queueing-ledger.js'
const tail = 'src/live/tail.js'
const tails = 'src/live/tails.js'
const readers = 'src/live/readers.js'
const changeFeed = 'src/live/change-feed.js'

/** Whoever waits is told while the database is still at it. */
export const beforeCommit: Patch = {
  file: prepare,
  from: 'committed: commit(writing, written).then(() => ({ answers, commits })),',
  to: 'committed: (commit(writing, written).catch(() => undefined), Promise.resolve({ answers, commits })),',
}

const writer: readonly Omit<Mutant, 'suite'>[] = [
  { name: 'answers and tells of a batch before its COMMIT', ...beforeCommit },
  {
    name: 'trusts the head that a failed batch has left',
    file: prepare,
    from: 'left.distrust(written);\n            throw error;',
    to: 'throw error;',
  },
  {
    name: 'trusts a head again that was found wrong meanwhile',
    file: leftHeads,
    from: '(isFound ? known.head.stamp === before.stamp : known.isAlone)',
    to: '!isFound || known.head.stamp === before.stamp',
  },
  {
    name: 'takes the lock without a look at the head',
    file: prepare,
    from: 'holdHeads(rows, [...heads.values()])]',
    to: 'lockHeads(rows, wanted.workspaceIds)]',
  },
  {
    name: 'decides under the lock on what the batch before meant to write',
    file: prepare,
    from: 'isUnderLock || before === null ? null : decidedUpTo(expected, before)',
    to: 'before === null ? null : before.decided',
  },
  {
    name: 'decides ahead without what the batch before decided',
    file: prepare,
    from: 'isUnderLock || before === null ? null : decidedUpTo(expected, before)',
    to: 'null',
  },
  {
    name: 'decides ahead on what a batch meant to write that others have overtaken',
    file: prepare,
    from: 'expected.get(id)?.stamp === leaves.get(id)?.stamp',
    to: 'true',
  },
  { name: 'forgets that an entry was sent before', file: append, from: 'queued.again = true;', to: 'void queued;' },
  {
    name: 'does not look for the receipts of what was sent before',
    file: wantedBy,
    from: "if (again && (entry.kind === 'postback' || entry.kind === 'refusal')) {",
    to: 'if (false) {',
  },
  {
    name: 'does not look for the clicks of what was sent before',
    file: wantedBy,
    from: 'if (again)\n                clicks.push',
    to: 'if (false)\n                clicks.push',
  },
  {
    name: 'forgets one half of a batch that was split',
    file: append,
    from: 'await settle(lane, batch.slice(middle));',
    to: '',
  },
  {
    name: 'lets a bad entry fail its whole batch',
    file: append,
    from: 'if (batch.length > 1) {',
    to: 'for (const queued of batch.slice(1)) refuse(queued, error);\n        if (false) {',
  },
  { name: 'leaves no receipt of a bad entry', file: append, from: 'await settle(lane, [refused]);', to: '' },
  {
    name: 'gives back what it could not book in another order',
    file: append,
    from: 'taken.sort((one, other) => one.number - other.number)',
    to: 'taken.reverse()',
  },
  {
    name: 'takes out of the spool what was not booked',
    file: drain,
    from: "results[index]?.status === 'fulfilled'",
    to: 'true',
  },
  {
    name: 'answers before the spool is written',
    file: queueing,
    from: 'spool.write(kept);',
    to: 'setImmediate(() => spool.write(kept));',
  },
  {
    name: 'moves on although a batch never came to its end',
    file: append,
    from: 'waiting = waiting.filter((queued) => !queued.done);\n                log',
    to: 'waiting = [];\n                log',
  },
]

const live: readonly Omit<Mutant, 'suite'>[] = [
  { name: 'tells of a batch before its COMMIT', ...beforeCommit },
  {
    name: 'gives the cursor of what was heard of, and not of what was sent',
    file: changeFeed,
    from: 'const position = delivered();',
    to: 'const position = tail.head().position;',
  },
  {
    name: 'gives a cursor to one who is behind',
    file: changeFeed,
    from: '!readers.isAtFront(outlet) || ',
    to: '',
  },
  {
    name: 'resumes one place too far in the ledger',
    file: changeFeed,
    from: '{ after, upTo, epoch }, limit)',
    to: '{ after: after + 1, upTo, epoch }, limit)',
  },
  {
    name: 'begins in the middle of what is being passed on',
    file: changeFeed,
    from: 'const from = tail.reached();',
    to: 'const from = tail.delivered();',
  },
  {
    name: 'passes on what was before a group began, where it is passed on again',
    file: changeFeed,
    from: 'start < from ? all.filter((item) => item.place > from) : all',
    to: 'all',
  },
  {
    name: 'refuses a place that another node gave out a moment ago',
    file: changeFeed,
    from: 'if (place.position > tail.head().position)',
    to: 'if (false)',
  },
  {
    name: 'shows what leaves a list as if it came into it',
    file: changeFeed,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
    from: '${epoch}.${position}.${matches}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template
    to: '${epoch}.${position}',
  },
  {
    name: 'takes one who is behind for one at the front',
    file: readers,
    from: 'if (place === delivered)',
    to: 'if (place <= delivered)',
  },
  {
    name: 'takes one who is ahead for one at the front',
    file: readers,
    from: 'ahead.set(reader, place);',
    to: 'front.add(reader);',
  },
  {
    name: 'goes on behind what a full reader was not given',
    file: readers,
    from: 'void catchUp(reader, from);',
    to: 'void catchUp(reader, upTo);',
  },
  {
    name: 'skips what there was no room for',
    file: readers,
    from: 'return reached;',
    to: 'return next;',
  },
  {
    name: 'sends on to one who does not read',
    file: readers,
    from: 'if (room.isFull(reader)) {',
    to: 'if (false) {',
  },
  {
    name: 'lets in who comes after the end',
    file: changeFeed,
    from: 'if (expired === null)',
    to: 'if (true)',
  },
  {
    name: 'takes lines with a hole before them',
    file: tail,
    from: 'if (first.position > known() + 1) {',
    to: 'if (false) {',
  },
  {
    name: 'takes lines twice',
    file: tail,
    from: 'if (change.position > known())',
    to: 'if (true)',
  },
  {
    name: 'reads what it missed only once',
    file: tail,
    from: 'isFetching = false;\n        }\n        catch',
    to: '}\n        catch',
  },
  {
    name: 'drops what it could not pass on',
    file: tail,
    from: "onError(error, 'passing on lines of the ledger');",
    to: 'delivered = upTo;',
  },
  {
    name: 'forgets what it has not passed on',
    file: tail,
    from: 'Math.min(lines.length - maxRemembered, delivered - base)',
    to: '(lines.length - maxRemembered)',
  },
  {
    name: 'puts what it read back before lines that it does not join',
    file: tail,
    from: 'if (base !== end)\n            return;',
    to: '',
  },
  {
    name: 'believes the last that it heard, and not the newest',
    file: tail,
    from: 'position: Math.max(one.position, other.position)',
    to: 'position: other.position',
  },
  {
    name: 'never looks for what nobody told of',
    file: tails,
    from: 'setInterval(() => void look(), limits.lookMs)',
    to: 'setInterval(() => undefined, limits.lookMs)',
  },
  {
    name: 'does not notice that the books were restored',
    file: tails,
    from: 'if (news.epoch > epoch)',
    to: 'if (false)',
  },
  {
    name: 'leaves a tail running that nobody follows',
    file: tails,
    from: 'entries.delete(workspaceId);\n        entry.stopHearing();',
    to: 'entry.stopHearing();',
  },
]

export const mutants: readonly Mutant[] = [
  ...writer.map((mutant) => ({ ...mutant, suite: 'writer' as const })),
  ...live.map((mutant) => ({ ...mutant, suite: 'live' as const })),
]
