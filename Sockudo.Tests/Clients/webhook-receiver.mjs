import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { PORT = 3000, SOCKUDO_KEY = 'app-key', SOCKUDO_SECRET = 'app-secret' } = process.env;
const seen = new Set(); // of this process; keep event ids where your data is

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks); // the bytes as they came: parsed and written again they have another signature

  const expected = createHmac('sha256', SOCKUDO_SECRET).update(body).digest();
  const sent = Buffer.from(request.headers['x-pusher-signature'] ?? '', 'hex');
  if (request.headers['x-pusher-key'] !== SOCKUDO_KEY || sent.length !== expected.length || !timingSafeEqual(sent, expected)) {
    return response.writeHead(401).end();
  }

  for (const event of JSON.parse(body).events) {
    if (seen.has(event.event_id)) continue;
    seen.add(event.event_id);
    console.log(event.name, event.channel ?? event.user_id); // name, channel, and what the kind of event has
  }
  response.writeHead(200).end(); // anything but 2xx is sent again
}).listen(PORT, '127.0.0.1', () => console.log('listening'));
