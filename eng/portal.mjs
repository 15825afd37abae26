// What the scripts share that meet the portal in a Chromium: its pages, a server of their own, people in it.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Every page of the program, as its source names its route and whom it is for. */
export function pages() {
  const root = join(import.meta.dirname, '../src/StrokeCare.Server/Portal')
  const found = []
  for (const file of readdirSync(root, { recursive: true }).filter(name => name.endsWith('.razor'))) {
    const text = readFileSync(join(root, file), 'utf8')
    // The start page leads on; what it leads to is met.
    const routes = [...text.matchAll(/^@page "([^"]+)"/gm)].map(line => line[1]).filter(route => route !== '/')
    if (routes.length === 0) continue
    const roles = /^@attribute \[PageFor(?:\(([^)]*)\))?\]/m.exec(text)
    if (!roles) throw new Error(`${file} does not say whom it is for.`)
    const named = [...(roles[1] ?? '').matchAll(/Role\.(\w+)/g)].map(role => role[1].toLowerCase())
    for (const as of named.length > 0 ? named : ['anyone']) found.push(...routes.map(route => ({ route, as })))
  }
  // Whoever is signed in is led on from the sign-in page, so the pages for anyone come first.
  const order = page => `${page.as === 'anyone' ? 0 : 1} ${page.as} ${page.route}`
  return found.sort((a, b) => order(a).localeCompare(order(b)))
}

export const launch = (tools, profile) => createRequire(join(tools, 'node_modules/'))('puppeteer-core').launch({
  executablePath: process.env.STROKECARE_TEST_CHROMIUM ?? '/usr/bin/chromium',
  userDataDir: profile,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(listening => server.once('listening', listening))
  const { port } = server.address()
  await new Promise(closed => server.close(closed))
  return port
}

/** The program with SQLite in a folder, whatever the environment says of databases. */
export function run(program, folder, args, address) {
  const environment = { ...process.env, STROKECARE_INSTANCE: join(folder, 'instance'), ...(address && { STROKECARE_URLS: address }) }
  for (const name of ['DATABASE_URL', 'USE_MONGODB', 'MONGO_URI', 'USE_MONGODB_USERS', 'SMTP_URL']) delete environment[name]
  return spawn('dotnet', [program, ...args], { cwd: folder, env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
}

export async function serve(program, folder, args, limit = 90_000) {
  const address = `http://127.0.0.1:${await freePort()}`
  const server = run(program, folder, args, address)
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', text => { said = (said + text).slice(-4000) })
  for (const end = Date.now() + limit; Date.now() < end && server.exitCode === null; await new Promise(later => setTimeout(later, 200))) {
    const answer = await fetch(`${address}/health/ready`).catch(() => null)
    if (answer?.ok) return { address, server }
  }
  server.kill()
  throw new Error(`The server was not ready:\n${said}`)
}

export async function stop(server) {
  if (server.exitCode !== null) return
  server.kill()
  await new Promise(ended => server.once('exit', ended))
}

export async function signIn(page, address, username, password) {
  await page.goto(`${address}/sign-in`)
  await page.evaluate((name, word) => {
    document.querySelector("[name='Input.Username']").value = name
    document.querySelector("[name='Input.Password']").value = word
  }, username, password)
  await Promise.all([page.waitForNavigation(), page.evaluate(() => document.querySelector(".narrow-card form button[type='submit']").click())])
  if (page.url().includes('/sign-in')) throw new Error(`${username} is still at ${page.url()}.`)
}

/** The JSON API as this person; what it refuses is an error. */
export async function apiOf(address, username, password) {
  const send = token => async (path, body, method = body ? 'POST' : 'GET') => {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }
  return send((await send()('/api/auth/login', { username, password })).access_token)
}

/** An appointment of this patient's to move or to cancel; booked where there is none. */
export async function appointmentOf(patient) {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const [coming] = (await patient(`/api/appointments?limit=1&status=scheduled&from=${tomorrow}T00:00:00Z`)).items
  if (coming) return coming.id
  const [doctor] = (await patient('/api/doctors')).items
  for (let ahead = 1; ahead < 60; ahead++) {
    const date = new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
    const [slot] = (await patient(`/api/doctors/${doctor.id}/slots?date=${date}`)).items
    if (!slot) continue
    const { appointment_date, appointment_time } = slot
    return (await patient('/api/appointments/book', { doctor_id: doctor.id, appointment_date, appointment_time, reason: 'Check-up' })).id
  }
  throw new Error('No appointment could be booked.')
}

/** The sign-ins of the demonstration. */
export const demo = { password: 'quiet herons wade at dawn', admin: 'demo.admin', doctor: 'demo.doctor', patient: 'demo.patient' }
