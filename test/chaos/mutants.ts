import { beforeCommit } from '../schedules/mutants.js'
import type { Patch } from '../support/patched-build.js'
import type { CheckName } from './checks.js'

/** A bug that somebody might write, in a build that is made for it alone, and the check that must notice it. */
export interface Mutant {
  readonly name: string
  readonly what: string
  readonly patches: readonly Patch[]
  readonly fault: string
  readonly turnsRed: CheckName
}

export const mutants: readonly Mutant[] = [
  {
    name: 'early-answer',
    what: 'answers while the commit is under way',
    fault: 'backend-killed',
    turnsRed: 'I1',
    patches: [beforeCommit],
  },
  {
    name: 'no-unique-key',
    what: 'nothing in the database keeps one order from being two conversions, and nobody looks',
    fault: 'copies',
    turnsRed: 'I1',
    patches: [
      {
        file: 'migrations/0002-ledger.js',
        from: 'create unique index conversion_order on conversion (',
        to: 'create index conversion_order on conversion (',
      },
      {
        file: 'src/ledger/read-orders.js',
        from: 'return found.map(toConversion);\n}\nexport async function readByClick',
        to: 'return [];\n}\nexport async function readByClick',
      },
    ],
  },
  {
    name: 'head-not-held',
    what: 'writes on top of what another node has written meanwhile',
    fault: 'copies',
    turnsRed: 'I1',
    patches: [{ file: 'src/ledger/read-batch.js', from: 'else head_moved() end', to: 'else true end' }],
  },
  {
    name: 'sent-again-as-new',
    what: 'forgets that a batch may be in the books, where one in twenty loses the answer to its COMMIT',
    fault: 'poison',
    turnsRed: 'I1',
    patches: [
      {
        file: 'src/ledger/prepare-batch.js',
        from: "if (end !== 'COMMIT')",
        to: "if (Math.random() < 0.05) throw new Error('cut off'); if (end !== 'COMMIT')",
      },
      { file: 'src/ledger/append.js', from: 'queued.again = true;', to: 'queued.again = false;' },
    ],
  },
  {
    name: 'queued-and-not-kept',
    what: 'answers 202 for what is not on the disk',
    fault: 'database-stopped',
    turnsRed: 'I1',
    patches: [
      {
        file: 'src/spool/spool.js',
        from: 'function write(entries) {',
        to: 'function write(sent) { const entries = sent.filter(() => Math.random() < 0.99);',
      },
    ],
  },
  {
    name: 'old-content-is-new',
    what: 'a late copy of an old amount undoes a newer one',
    fault: 'poison',
    turnsRed: 'I1',
    patches: [
      {
        file: 'src/attribution/decide-update.js',
        from: 'contents: [...order.contents, content].slice(-maxContents),',
        to: 'contents: [content],',
      },
    ],
  },
  {
    name: 'duplicates-leave-no-receipt',
    what: 'keeps no receipt of what changed nothing',
    fault: 'copies',
    turnsRed: 'I2',
    patches: [
      {
        file: 'src/ledger/writes.js',
        from: 'receipt(receipt, answer) {',
        to: "receipt(receipt, answer) { if (answer.outcome === 'DUPLICATE') return;",
      },
    ],
  },
  {
    name: 'float-money',
    what: 'a share of an amount is computed in floating point',
    fault: 'poison',
    turnsRed: 'I3',
    patches: [
      {
        file: 'src/kernel/money.js',
        from: 'return roundMoney(amount.times(percent).times(hundredth));',
        to: 'return new Big(((Number(amount) * Number(percent)) / 100).toFixed(4));',
      },
    ],
  },
  {
    name: 'fold-skips',
    what: 'each folding of the roll-ups leaves out its first change',
    fault: 'poison',
    turnsRed: 'I3',
    patches: [
      {
        file: 'src/ledger/fold.js',
        from: 'await foldStretch(rows, workspaceId, together, from, to, time_zone);',
        to: 'await foldStretch(rows, workspaceId, together, { ...from, position: Math.min(from.position + 1, to.position) }, to, time_zone);',
      },
    ],
  },
  {
    name: 'resume-skips',
    what: 'whoever comes back begins one position too late',
    fault: 'network-cut',
    turnsRed: 'I4',
    patches: [
      {
        file: 'src/live/change-feed.js',
        from: 'return checkPlace(place, tail.head()).position;',
        to: 'return checkPlace(place, tail.head()).position + 1;',
      },
    ],
  },
  {
    name: 'missed-is-not-read',
    what: 'lines that no hint brought are not looked for in the ledger',
    fault: 'nats-killed',
    turnsRed: 'I4',
    patches: [
      { file: 'src/live/tail.js', from: 'if (known() < head.position && !isFetching) {', to: 'if (isFetching) {' },
    ],
  },
  {
    name: 'published-before-commit',
    what: 'subscribers hear of what is not in the books yet, where one batch in twenty is rolled back',
    fault: 'poison',
    turnsRed: 'I4',
    patches: [
      {
        file: 'src/ledger/prepare-batch.js',
        from: "command('commit'),",
        to: "command(Math.random() < 0.05 ? 'rollback' : 'commit'),",
      },
      {
        file: 'src/ledger/prepare-batch.js',
        from: 'committed: commit(writing, written).then(',
        to: 'commits, committed: commit(writing, written).then(',
      },
      {
        file: 'src/ledger/append.js',
        from: 'const { answers, commits } = await',
        to: 'for (const early of prepared.underWay.commits) onCommit(early); const { answers, commits } = await',
      },
    ],
  },
]
