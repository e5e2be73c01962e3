// Runs unmodified pusher-js and laravel-echo clients on command, in Node and in a page alike.
// `emit(client, source, name, data, metadata)` reports what a client sees.

/** @param {{ Pusher: Function, Echo: Function, backend: string, emit: Function }} runtime */
export function createDriver({ Pusher, Echo, backend, emit }) {
  const pushers = new Map();
  const echoes = new Map();

  const pusherOf = client => pushers.get(client) ?? fail(`no client ${client}`);
  const channelOf = ({ client, channel }) => pusherOf(client).channel(channel) ?? fail(`${client} has no channel ${channel}`);

  // The form pusher-js documents for a self-hosted server, with its own authorizers against the backend's endpoints.
  const pusherOptions = ({ port, identity, options }) => ({
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: { transport: 'ajax', endpoint: `${backend}/pusher/auth`, params: identity },
    userAuthentication: { transport: 'ajax', endpoint: `${backend}/pusher/user-auth`, params: identity },
    ...options,
  });

  function watch(client, pusher) {
    pusher.connection.bind('state_change', ({ previous, current }) => {
      emit(client, 'connection', current, { previous, socket_id: pusher.connection.socket_id });
    });
    pusher.connection.bind('error', error => emit(client, 'connection', 'error', error));
    pusher.connection.bind('message', ({ event }) => {
      if (event === 'pusher:pong') emit(client, 'connection', 'pong', null);
    });
    pusher.user.bind_global((name, data) => emit(client, 'user', name, data));
    pusher.user.watchlist.bind_global((name, data) => emit(client, 'watchlist', name, data));
    pushers.set(client, pusher);
  }

  const pusherCommands = {
    connect({ client, key, ...rest }) {
      watch(client, new Pusher(key, pusherOptions(rest)));
    },
    state({ client }) {
      const { connection } = pusherOf(client);
      return { state: connection.state, socket_id: connection.socket_id ?? null, retries: connection.retryTimer != null || connection.runner != null };
    },
    subscribe({ client, channel }) {
      pusherOf(client).subscribe(channel).bind_global((name, data) => emit(client, channel, name, data));
    },
    /** Reports this event once more, with the metadata only a named binding gets. */
    bind({ client, channel, event }) {
      channelOf({ client, channel }).bind(event, (data, metadata) => emit(client, channel, `bound ${event}`, data, metadata));
    },
    unsubscribe({ client, channel }) {
      pusherOf(client).unsubscribe(channel);
    },
    trigger(args) {
      return channelOf(args).trigger(args.event, args.data);
    },
    /** Sends what pusher-js itself would not let pass. */
    send({ client, event, data, channel }) {
      return pusherOf(client).send_event(event, data, channel);
    },
    members(args) {
      const { members, count, myID, me } = channelOf(args).members;
      return { members, count, myID, me };
    },
    channel(args) {
      const { subscribed, subscriptionPending, subscriptionCount } = channelOf(args);
      return { subscribed, pending: subscriptionPending, count: subscriptionCount ?? null };
    },
    async signin({ client }) {
      const { user } = pusherOf(client);
      pusherOf(client).signin();
      await user.signinDonePromise;
      return user.user_data;
    },
    disconnect({ client }) {
      pusherOf(client).disconnect();
    },
    reconnect({ client }) {
      pusherOf(client).connect();
    },
    close({ client }) {
      pushers.get(client)?.disconnect();
      pushers.delete(client);
      echoes.delete(client);
    },
  };

  const kinds = { public: 'channel', private: 'private', encrypted: 'encryptedPrivate', presence: 'join' };

  // The first call for a channel subscribes it: success and refusal are listened for before either can come.
  function echoChannel({ client, kind, channel }) {
    const { echo, known } = echoes.get(client) ?? fail(`no client ${client}`);
    const subscription = echo[kinds[kind]](channel);
    if (!known.has(subscription)) {
      known.add(subscription);
      subscription
        .subscribed(() => emit(client, channel, 'subscribed', null))
        .error(error => emit(client, channel, 'error', error));
    }
    return subscription;
  }

  const echoCommands = {
    // As Laravel's documentation writes it: the deprecated auth options are what Echo applications have.
    'echo.connect'({ client, broadcaster, key, port, identity, options }) {
      const echo = new Echo({
        broadcaster,
        key,
        Pusher,
        wsHost: '127.0.0.1',
        wsPort: port,
        wssPort: port,
        cluster: '',
        forceTLS: false,
        enabledTransports: ['ws'],
        authEndpoint: `${backend}/pusher/auth`,
        auth: { params: identity, headers: {} },
        ...options,
      });
      echoes.set(client, { echo, known: new Set() });
      watch(client, echo.connector.pusher);
    },
    'echo.listen'({ event, ...args }) {
      echoChannel(args).listen(event, data => emit(args.client, args.channel, event, data));
    },
    'echo.subscribe'(args) {
      echoChannel(args);
    },
    'echo.presence'(args) {
      echoChannel({ ...args, kind: 'presence' })
        .here(members => emit(args.client, args.channel, 'here', members))
        .joining(member => emit(args.client, args.channel, 'joining', member))
        .leaving(member => emit(args.client, args.channel, 'leaving', member));
    },
    'echo.notification'(args) {
      echoChannel(args).notification(data => emit(args.client, args.channel, 'notification', data));
    },
    'echo.whisper'({ event, data, ...args }) {
      echoChannel(args).whisper(event, data);
    },
    'echo.listenForWhisper'({ event, ...args }) {
      echoChannel(args).listenForWhisper(event, data => emit(args.client, args.channel, `whisper ${event}`, data));
    },
    'echo.leave'({ client, channel }) {
      echoes.get(client).echo.leave(channel);
    },
    'echo.status'({ client }) {
      const { echo } = echoes.get(client);
      return { status: echo.connectionStatus(), socket_id: echo.socketId() ?? null };
    },
  };

  return { ...pusherCommands, ...echoCommands };
}

function fail(message) {
  throw new Error(message);
}
