// An unmodified pusher-js for the fault tests: every event it hands out becomes a line. No backend: it signs for itself, as
// pusher-js' documented customHandler, so that nothing but the server and pusher-js is under test.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { emit, serve } from './host.mjs';

const pusherJs = createRequire(import.meta.url)('pusher-js');
const Pusher = pusherJs.Pusher ?? pusherJs;
const clients = new Map();

const commands = {
  connect({ client, port, key, secret, user_id }) {
    const customHandler = ({ socketId, channelName }, done) => {
      const channel_data = JSON.stringify({ user_id });
      const signature = createHmac('sha256', secret).update(`${socketId}:${channelName}:${channel_data}`).digest('hex');
      done(null, { auth: `${key}:${signature}`, channel_data });
    };
    const pusher = new Pusher(key, {
      cluster: '', wsHost: '127.0.0.1', wsPort: port, forceTLS: false, enabledTransports: ['ws'], disableStats: true,
      channelAuthorization: { customHandler },
    });
    pusher.connection.bind('error', error => emit(client, 'connection', 'error', { code: error?.data?.code ?? error?.error?.data?.code ?? null }));
    pusher.connection.bind('state_change', ({ previous, current }) => {
      if (current === 'connected') emit(client, 'connection', 'connected', null);
      else if (previous === 'connected') emit(client, 'connection', 'disconnected', null);
    });
    clients.set(client, pusher);
  },
  subscribe({ client, channel }) {
    clients.get(client).subscribe(channel).bind_global((name, data) => emit(client, channel, name, told(name, data)));
  },
};

// What the test asks of each: of a presence channel's list the ids, of a member the id.
function told(name, data) {
  if (name === 'pusher:subscription_succeeded') return data?.members ? Object.keys(data.members) : null;
  if (name.startsWith('pusher:member_')) return data.id;
  return data;
}

await serve((command, args) => commands[command](args), () => clients.forEach(pusher => pusher.disconnect()));
