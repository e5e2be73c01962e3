(async () => {
  const $ = id => document.getElementById(id);
  const app = await (await fetch('demo/app')).json();
  const secure = location.protocol === 'https:';
  const port = Number(location.port) || (secure ? 443 : 80);
  const options = {
    wsHost: location.hostname, wsPort: port, wssPort: port, wsPath: app.path || undefined,
    forceTLS: secure, enabledTransports: ['ws', 'wss'], cluster: '',
    channelAuthorization: { endpoint: 'demo/auth' },
  };

  const pusher = new Pusher(app.key, options);
  pusher.connection.bind('state_change', ({ current }) => {
    $('state').textContent = current;
    $('state').dataset.state = current;
  });
  pusher.connection.bind('error', e => show('error', e.error?.data?.message ?? 'connection error'));

  pusher.subscribe('demo').bind('message', data => show('message', data.text));
  // Presence shows who else has the page open.
  const room = pusher.subscribe('presence-demo');
  room.bind('pusher:subscription_succeeded', m => show('presence', `${m.count} window${m.count === 1 ? '' : 's'} open`));
  room.bind('pusher:member_added', m => show('presence', `${m.id} joined`));
  room.bind('pusher:member_removed', m => show('presence', `${m.id} left`));

  $('form').addEventListener('submit', async event => {
    event.preventDefault();
    const answer = await fetch('demo/events', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: $('text').value }),
    });
    $('error').hidden = answer.ok;
    if (!answer.ok) $('error').textContent = `The server answered ${answer.status}`;
  });

  function show(kind, text) {
    const list = $('events');
    list.querySelector('.empty')?.remove();
    const row = document.createElement('li');
    row.dataset.kind = kind;
    const time = document.createElement('time');
    time.textContent = kind === 'message' ? new Date().toLocaleTimeString() : kind;
    const body = document.createElement('span');
    body.textContent = text;
    row.append(time, body);
    list.prepend(row);
  }

  $('client').textContent =
`new Pusher('${app.key}', {
  wsHost: '${location.hostname}', wsPort: ${port}, forceTLS: ${secure},
  enabledTransports: ['ws', 'wss'], cluster: '',
}).subscribe('demo').bind('message', data => console.log(data));`;
  $('server').textContent =
`// npm install pusher
const pusher = new Pusher({
  appId: '${app.id}', key: '${app.key}', secret: '…',
  host: '${location.hostname}', port: ${port}, useTLS: ${secure},
});
pusher.trigger('demo', 'message', { text: 'Hello from my backend' });`;
})();
