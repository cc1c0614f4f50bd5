import { createServer } from './reference-server.js'

/** As fast as this framework can be: reads the same requests, answers alike, and keeps nothing. */
const server = createServer()

server.get<{ Querystring: Record<string, string> }>('/postback', (request, reply) => {
  const { token, click_id, txid, amount } = request.query
  if (!token || !click_id || !txid || !amount) return reply.code(400).send({ outcome: 'REJECTED' })
  return reply.header('cache-control', 'no-store').send({
    receipt: 'rcp_01m811tawqen18ks32vg3feyeb',
    outcome: 'ACCEPTED',
    conversion: 'cnv_01m811tawqen18ks32vg3feyeb',
    reason: null,
    field: null,
  })
})

server.get<{ Params: { link: string }; Querystring: Record<string, string> }>('/c/:link', (request, reply) => {
  const { keyword, sub1 } = request.query
  const query = `click_id=clk_01m811tawqen18ks32vg3feyeb&source=${keyword}-${sub1}`
  return reply.header('cache-control', 'no-store').redirect(`https://shop.example/landing?${query}`, 302)
})

await server.start()
