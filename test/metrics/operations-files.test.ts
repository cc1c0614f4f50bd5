import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { parse } from 'yaml'
import { createTestApp, type TestApp } from '../support/app.js'
import { metricNames } from './scrape.js'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const guide = read('docs/OPERATIONS.md')

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly datasource: { readonly uid: string }
  }[]
}
interface Dashboard {
  readonly title: string
  readonly uid: string
  readonly schemaVersion: number
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[]
  }
  readonly panels: readonly Panel[]
}
const dashboard: Dashboard = JSON.parse(read('ops/grafana-dashboard.json'))

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook_url: string }
}
const alerts: { groups: { name: string; rules: Rule[] }[] } = parse(read('ops/alerts.yaml'))
const rules = alerts.groups.flatMap((group) => group.rules)
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

/** Words that are metrics by their beginning. */
const metricsIn = (text: string): string[] =>
  [...text.matchAll(/\b(?:pulseback|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name)

/** As GitHub makes an address of a heading. */
const anchors = new Set(
  [...guide.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  ),
)

suite('what is given to those who operate it', () => {
  let app: TestApp
  let names: ReadonlySet<string>
  before(async () => {
    app = await createTestApp()
    names = await metricNames(app)
  })
  after(() => app.close())

  test('the dashboard, the alerts and the guide name no metric that is not there', () => {
    const named = [...expressions, ...rules.map(({ expr }) => expr), guide].flatMap(metricsIn)
    const unknown = named.filter((name) => !names.has(name) && !/^(nodejs|process)_$/.test(name))
    assert.ok(named.length > 150, `${named.length} named`)
    assert.deepEqual([...new Set(unknown)], [])
  })

  test('every metric of ours is in the guide, and on the dashboard', () => {
    const ours = [...names].filter((name) => name.startsWith('pulseback_'))
    assert.ok(ours.length > 50, `${ours.length} of ours`)
    const inGuide = new Set(metricsIn(guide))
    assert.deepEqual(
      ours.filter((name) => !inGuide.has(name)),
      [],
    )
    const shown = new Set(expressions.flatMap(metricsIn))
    assert.deepEqual(
      ours.filter((name) => !shown.has(name)),
      [],
    )
  })

  test('labels in expressions are labels of those metrics, with values that they can have', async () => {
    const { payload } = await app.server.inject('/metrics')
    const known = new Set(
      [...payload.matchAll(/^(pulseback_\w+)\{(.+)\} /gm)].flatMap(([, name = '', labels = '']) =>
        [...labels.matchAll(/(\w+)="/g)].map(([, label]) => `${name} ${label}`),
      ),
    )
    const stated = new Set(
      [...guide.matchAll(/`(pulseback_\w+)\{([\w,]+)\}`/g)].flatMap(([, name = '', labels = '']) =>
        labels.split(',').map((label) => `${name} ${label}`),
      ),
    )
    for (const pair of known) if (!/ le$/.test(pair)) assert.ok(stated.has(pair), `the guide has no ${pair}`)
    for (const text of [...expressions, ...rules.map(({ expr }) => expr)]) {
      for (const [, name = '', labels = ''] of text.matchAll(/(pulseback_\w+)\{([^}]*)\}/g)) {
        for (const [, label = ''] of labels.matchAll(/(\w+)\s*(?:=~|!=|=)/g)) {
          if (label !== 'instance' && label !== 'job')
            assert.ok(stated.has(`${name} ${label}`), `${name} has no ${label}: ${text}`)
        }
      }
    }
  })

  test('each alert has a time, a severity, a summary, and a heading of the guide that says what to do', () => {
    assert.ok(rules.length >= 20)
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
    for (const { alert, expr, for: pending, labels, annotations } of rules) {
      assert.match(alert, /^Pulseback[A-Z]\w+$/)
      assert.ok(expr.length > 0, alert)
      assert.match(pending, /^\d+[sm]$/, alert)
      assert.ok(['critical', 'warning'].includes(labels.severity), alert)
      assert.ok(annotations.summary.length > 10, alert)
      const [file, anchor = ''] = annotations.runbook_url.split('#')
      assert.equal(file, 'docs/OPERATIONS.md')
      assert.equal(anchor, alert.toLowerCase())
      assert.ok(anchors.has(anchor), `the guide has no heading ${alert}`)
    }
    const explained = [...anchors].filter((anchor) => /^pulseback[a-z]/.test(anchor))
    assert.deepEqual(explained.sort(), rules.map(({ alert }) => alert.toLowerCase()).sort())
  })

  test('expressions are balanced, and so are the words within them', () => {
    for (const text of [...expressions, ...rules.map(({ expr }) => expr)]) {
      const open: string[] = []
      for (const one of text.replaceAll(/"[^"]*"/g, '""')) {
        if ('([{'.includes(one)) open.push(one)
        else if (')]}'.includes(one)) assert.equal(open.pop(), '([{'[')]}'.indexOf(one)], text)
      }
      assert.deepEqual(open, [], text)
      assert.equal(text.split('"').length % 2, 1, text)
    }
  })

  test('the dashboard lets one choose its data source, and its panels neither overlap nor leave the grid', () => {
    const { list } = dashboard.templating
    assert.deepEqual(
      list.map(({ name, type }) => [name, type]),
      [
        ['datasource', 'datasource'],
        ['instance', 'query'],
      ],
    )
    assert.ok(dashboard.schemaVersion >= 36)
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length)
    const taken = new Set<string>()
    for (const {
      type,
      title,
      gridPos: { x, y, w, h },
      datasource,
      targets = [],
    } of dashboard.panels) {
      assert.ok(title.length > 0)
      assert.ok(x + w <= 24, title)
      for (let at = 0; at < w * h; at += 1) {
        const cell = `${x + (at % w)} ${y + Math.floor(at / w)}`
        assert.ok(!taken.has(cell), `${title} overlaps`)
        taken.add(cell)
      }
      if (type === 'row') continue
      assert.ok(['timeseries', 'stat'].includes(type), type)
      assert.equal(datasource?.uid, '$' + '{datasource}', title)
      assert.ok(targets.length > 0, title)
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title)
    }
  })

  test('links within the guide lead to headings that are there', () => {
    for (const [, anchor = ''] of guide.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(anchors.has(anchor), anchor)
    for (const [, path = ''] of guide.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      assert.ok(readFileSync(new URL(`../../../docs/${path}`, import.meta.url)).length > 0, path)
    }
  })
})
