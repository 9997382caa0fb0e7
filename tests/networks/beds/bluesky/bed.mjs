// A whole Bluesky network on loopback: PLC directory, PDS, AppView, bsync and moderation service.
// Ports come from the environment.  Standard output: one line of JSON once it is ready.
import http from 'node:http'
import net from 'node:net'

// The services listen on every interface unless told otherwise: here, on loopback alone.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  const done = given.find((x) => typeof x === 'function')
  if (/^\d+$/.test(String(given[0]))) return listen.call(this, { port: Number(given[0]), host: '127.0.0.1' }, done)
  if (given[0] && typeof given[0] === 'object' && 'port' in given[0]) given[0] = { ...given[0], host: '127.0.0.1' }
  return listen.apply(this, given)
}

const { TestNetwork } = await import('@atproto/dev-env')
const { Client: Plc } = await import('@did-plc/lib')
const { Secp256k1Keypair } = await import('@atproto/crypto')

const port = (name) => Number(process.env[name])
const network = await TestNetwork.create({
  dbPostgresSchema: 'bed',
  plc: { port: port('PLC_PORT') },
  pds: { port: port('PDS_PORT'), hostname: 'localhost', enableDidDocWithSession: true, rateLimitsEnabled: true },
  bsky: { port: port('APPVIEW_PORT'), publicUrl: `http://localhost:${port('APPVIEW_PORT')}` },
  ozone: { port: port('OZONE_PORT') },
})

// The real chat service is not published.  This DID sends the real PDS to our stand-in instead.
const key = await Secp256k1Keypair.create()
const chatUrl = `http://localhost:${port('CHAT_PORT')}`
const plc = new Plc(network.plc.url)
const chat = await plc.createDid({ signingKey: key.did(), rotationKeys: [key.did()], handle: 'chat.test', pds: chatUrl, signer: key })
await plc.updateData(chat, key, (doc) => {
  doc.services.bsky_chat = { type: 'BskyChatService', endpoint: chatUrl }
  return doc
})

// POST / waits until the AppView has taken in all that was written so far.
http
  .createServer(async (request, response) => {
    if (request.method === 'POST') await network.processAll()
    response.end()
  })
  .listen(port('CONTROL_PORT'))

const stop = () => network.close().finally(() => process.exit(0))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop)
console.log(JSON.stringify({ pds: network.pds.url, plc: network.plc.url, chat }))
