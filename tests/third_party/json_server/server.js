// json-server over TLS: `node server.js KEY CERTIFICATE`.
const fs = require('fs')
const https = require('https')
const jsonServer = require('json-server')

const [key, cert] = process.argv.slice(2).map((name) => fs.readFileSync(name))
const rows = (count, made) => Array.from({ length: count }, (_, number) => ({ id: number + 1, ...made(number) }))
const app = jsonServer.create()
app.use(jsonServer.defaults({ logger: false }))
app.use(
  jsonServer.router({
    posts: rows(25, (number) => ({ title: `Größe ${number}`, views: number * 10, author: { name: 'Ada' } })),
    albums: rows(25, (number) => ({ title: `Album ${number}`, released: number % 3 ? '2024-05-01' : null }))
  })
)
const server = https.createServer({ key, cert }, app).listen(0, '127.0.0.1', () => {
  console.log(`running on https://127.0.0.1:${server.address().port}`)
})
