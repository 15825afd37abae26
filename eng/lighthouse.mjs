// What eng/lighthouse.sh runs: node eng/lighthouse.mjs <where lighthouse is installed> <strokecare's dll> [route…]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { apiOf, appointmentOf, demo, launch, pages, serve, signIn, stop } from './portal.mjs'

const [tools, program, ...only] = process.argv.slice(2)
const { default: lighthouse } = await import(pathToFileURL(join(tools, 'node_modules/lighthouse/core/index.js')))

const aims = { performance: 95, accessibility: 100 }
const mostTries = 3

// What the machine does besides shakes the performance: a page that seems slow is asked twice more, and its median counts.
async function score(url, page) {
  const tries = []
  do {
    const run = await lighthouse(url, { onlyCategories: Object.keys(aims), logLevel: 'error' }, undefined, page)
    const { categories, audits, finalDisplayedUrl } = run.lhr
    if (new URL(finalDisplayedUrl).pathname !== new URL(url).pathname) throw new Error(`${url} led to ${finalDisplayedUrl}.`)
    tries.push({
      performance: Math.round(categories.performance.score * 100),
      accessibility: Math.round(categories.accessibility.score * 100),
      paint: Math.round(audits['first-contentful-paint'].numericValue),
      missed: categories.accessibility.auditRefs.filter(one => one.weight > 0 && audits[one.id].score === 0).map(one => one.id),
      slow: categories.performance.auditRefs.filter(one => one.weight > 0 && audits[one.id].score < 0.9).map(one => `${one.id} ${audits[one.id].displayValue}`),
    })
  } while (tries[0].performance < aims.performance && tries.length < mostTries)
  return tries.sort((a, b) => a.performance - b.performance)[Math.floor(tries.length / 2)]
}

const listed = pages().filter(page => ['anyone', 'patient'].includes(page.as) && (only.length === 0 || only.includes(page.route)))
if (listed.length === 0) throw new Error('There is no such page.')
const folder = mkdtempSync(join(tmpdir(), 'strokecare-lighthouse-'))
let served, browser, faults = 0
try {
  served = await serve(program, folder, ['demo'])
  browser = await launch(tools, join(folder, 'profile'))
  const page = await browser.newPage()
  let visit
  console.log('| page | as | performance | accessibility | first contentful paint, simulated phone on slow 4G |\n|---|---|---|---|---|')
  for (const { route, as } of listed) {
    if (as === 'patient' && !visit) {
      await signIn(page, served.address, demo.patient, demo.password)
      visit = await appointmentOf(await apiOf(served.address, demo.patient, demo.password))
    }
    const scored = await score(served.address + route.replace('{Id}', visit), page)
    const isGood = Object.entries(aims).every(([name, aim]) => scored[name] >= aim)
    if (!isGood) faults++
    console.log(`| \`${route}\` | ${as} | ${scored.performance} | ${scored.accessibility} | ${scored.paint} ms |${isGood ? '' : ` <- ${[...scored.missed, ...scored.slow].join(', ')}`}`)
  }
} finally {
  await browser?.close()
  if (served) await stop(served.server)
  rmSync(folder, { recursive: true, force: true })
}
if (faults > 0) {
  console.error(`${faults} of ${listed.length} pages have less than ${aims.performance} for performance or ${aims.accessibility} for accessibility.`)
  process.exit(1)
}
