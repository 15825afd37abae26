// What eng/look.sh runs: node eng/look.mjs <where the tools are> <strokecare's dll> demo|empty|much [patients|folder]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiOf, appointmentOf, demo, launch, pages, run, serve, signIn, stop } from './portal.mjs'

const [tools, program, clinic, patients = '100000'] = process.argv.slice(2)
const target = join(import.meta.dirname, '../artifacts/look', clinic)
const isFolder = !/^[0-9]+$/.test(patients)
const looks = [['desktop', 1366, 768, 'light'], ['desktop', 1366, 768, 'dark'], ['phone', 390, 844, 'light'], ['phone', 390, 844, 'dark']]
const wait = child => new Promise((ended, failed) => child.once('exit', code => (code === 0 ? ended() : failed(new Error(`ended with ${code}`)))))

// Three words that break and one that does not, as long as a name may be.
const long = (letter, most) => `${'Maximiliane '.repeat(3)}${letter.repeat(most)}`.slice(0, most)
const text = (words, most) => `${words} `.repeat(Math.ceil(most / words.length)).slice(0, most).trim()

async function emptyClinic(folder) {
  const password = 'a door of seven hinges'
  for (const role of ['admin', 'doctor']) {
    const made = run(program, folder, ['create-user', '--username', `only.${role}`, '--email', `${role}@clinic.test`, '--role', role, '--password-stdin'])
    made.stdin.end(`${password}\n`)
    await wait(made)
  }
  const served = await serve(program, folder, ['serve'])
  const registered = await fetch(`${served.address}/api/patients/self-register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'only.patient', email: 'patient@home.test', password, gender: 'Female', age: 70 }),
  })
  if (!registered.ok) throw new Error(await registered.text())
  const doctor = await apiOf(served.address, 'only.doctor', password)
  return { ...served, people: { admin: 'only.admin', doctor: 'only.doctor', patient: 'only.patient', password }, ids: { patient: (await doctor('/api/patients/register', { gender: 'Male', age: 70 })).patient_id, user: 1 } }
}

async function demoClinic(folder, count) {
  if (count && !isFolder) await wait(run(program, folder, ['demo', '--patients', count, '--fill-only']).on('spawn', function () { this.stdout.resume(); this.stderr.resume() }))
  const served = await serve(program, isFolder ? patients : folder, ['demo'])
  const doctor = await apiOf(served.address, demo.doctor, demo.password)
  const [someone] = (await doctor('/api/patients?limit=1')).items
  const ids = { user: 1, patient: someone.id, own: await appointmentOf(await apiOf(served.address, demo.patient, demo.password)) }
  return { ...served, people: demo, ids }
}

// The longest of everything, for the demonstration's own patient and another of its doctor's.
async function overfill(clinic) {
  const admin = await apiOf(clinic.address, demo.admin, demo.password)
  const doctor = await apiOf(clinic.address, demo.doctor, demo.password)
  const patient = await apiOf(clinic.address, demo.patient, demo.password)
  const names = { first_name: long('x', 100), last_name: long('W', 100), phone: '0'.repeat(20), email: `${'e'.repeat(100)}@example.org` }
  const me = await doctor('/api/auth/me')
  const account = { username: `${Date.now()}`.padEnd(100, 'u'), email: `${`${Date.now()}`.padEnd(100, 'a')}@example.org`, password: 'a door of seven hinges', role: 'doctor', first_name: names.first_name, last_name: names.last_name }
  clinic.ids.user = (await admin('/api/admin/users', account)).id
  const own = (await patient(`/api/appointments/${clinic.ids.own}`)).patient_id
  clinic.ids.patient = (await doctor('/api/patients/register', { gender: 'Female', date_of_birth: '1950-03-12', mrn: `${Date.now()}`.padEnd(50, 'M'), ...names })).patient_id
  const { version } = await admin(`/api/patients/${own}`)
  await admin(`/api/patients/${own}`, { gender: 'Female', date_of_birth: '1950-03-12', ...names, version, assigned_doctor_id: me.id }, 'PUT')
  for (const id of [clinic.ids.patient, own]) {
    for (let i = 0; i < 40; i++) {
      const size = i === 39 ? 1 : 0.1
      await admin(`/api/patients/${id}/history`, { diagnosis: text('Ischaemic stroke of the middle cerebral artery', 500 * size), treatment: text('Aspirin', 4000 * size), notes: i === 38 ? 'n'.repeat(3000) : text('Speaks slowly, walks with a stick.', 10_000 * size) })
    }
    for (let i = 0; i < 30; i++) {
      const day = new Date(Date.now() + (1 + i % 3) * 86_400_000).toISOString().slice(0, 10)
      await doctor('/api/appointments/book', { doctor_id: me.id, patient_id: id, appointment_date: day, appointment_time: `${String(8 + Math.floor(i / 4)).padStart(2, '0')}:${String(i % 4 * 15).padStart(2, '0')}`, duration_minutes: 15, reason: i % 2 ? 'r'.repeat(500) : text('Check-up after a stroke', 500), urgency: 'emergency', override: true, override_reason: 'Cannot wait' })
    }
  }
  const patientFirst = (await patient('/api/appointments?limit=1&status=scheduled')).items[0]
  clinic.ids.own = patientFirst.id
}

async function addresses(clinic) {
  const { ids, people } = clinic
  const doctor = await apiOf(clinic.address, people.doctor, people.password)
  ids.entry = (await doctor(`/api/patients/${ids.patient}/history?limit=1`)).items[0]?.id
  ids.visit = (await doctor(`/api/appointments?limit=1&status=scheduled&from=${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`)).items[0]?.id
  return route => {
    if (!route.includes('{')) return route
    const id = route.startsWith('/patients/') ? ids.patient : route.startsWith('/admin/users/') ? ids.user : route.startsWith('/my/') ? ids.own : ids.visit
    // Where there is nothing, no address leads to it.
    return id && (!route.includes('{Entry}') || ids.entry) ? route.replace('{Id}', id).replace('{Entry}', ids.entry) : null
  }
}

async function take(browser, clinic, addressOf) {
  const names = []
  const page = await browser.newPage()
  let now = 'anyone'
  for (const { route, as } of pages()) {
    const path = addressOf(route)
    if (!path) continue
    if (as !== now) {
      await browser.deleteCookie(...await browser.cookies())
      await signIn(page, clinic.address, clinic.people[as], clinic.people.password)
      now = as
    }
    const answer = await page.goto(clinic.address + path)
    if (answer.status() !== 200) console.error(`${route} as ${as}: ${answer.status()}`)
    const name = `${as}${route.replace(/[{}]/g, '').replaceAll('/', '-')}`
    names.push(name)
    for (const [screen, width, height, colours] of looks) {
      await page.setViewport({ width, height })
      // With motion, the colours of the last picture would still be on their way.
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colours }, { name: 'prefers-reduced-motion', value: 'reduce' }])
      const { wide, tall } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, tall: document.documentElement.scrollHeight }))
      if (wide > width) console.error(`${route} as ${as} is ${wide} wide on ${screen}`)
      await page.screenshot({ path: join(target, `${name}.${screen}.${colours}.jpg`), type: 'jpeg', quality: 60, clip: { x: 0, y: 0, width, height: Math.min(Math.max(tall, height), 2.2 * height) }, captureBeyondViewport: true })
    }
  }
  await page.close()
  return names
}

// Six to a sheet: small enough to see many at once, large enough to see what is amiss.
async function sheets(browser, names) {
  const page = await browser.newPage()
  for (const [screen, width, , colours] of looks) {
    const columns = screen === 'phone' ? 6 : 3
    for (let from = 0; from < names.length; from += 6) {
      const figures = names.slice(from, from + 6).map(name => `<figure><figcaption>${name}</figcaption><img src="data:image/jpeg;base64,${readFileSync(join(target, `${name}.${screen}.${colours}.jpg`)).toString('base64')}"></figure>`)
      await page.setViewport({ width: columns * Math.min(width, 560), height: 800 })
      await page.setContent(`<style>body{margin:0;display:grid;grid-template-columns:repeat(${columns},1fr);gap:6px;background:#888;align-items:start}figure{margin:0}img{width:100%}figcaption{font:14px sans-serif;background:#ff8;padding:2px}</style>${figures.join('')}`)
      await page.screenshot({ path: join(target, `sheet.${screen}.${colours}.${String(from / 6 + 1).padStart(2, '0')}.png`), fullPage: true })
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'strokecare-look-'))
let made, browser
try {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  made = await (clinic === 'empty' ? emptyClinic(folder) : demoClinic(folder, clinic === 'much' ? patients : null))
  if (clinic === 'much') await overfill(made)
  browser = await launch(tools, join(folder, 'profile'))
  await sheets(browser, await take(browser, made, await addresses(made)))
  console.log(`${readdirSync(target).length} pictures in ${target}`)
} finally {
  await browser?.close()
  if (made) await stop(made.server)
  rmSync(folder, { recursive: true, force: true })
}
