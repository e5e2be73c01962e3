// pusher-js and laravel-echo in Node, and the `pusher` server SDK.
import { createRequire } from 'node:module';
import Echo from 'laravel-echo';
import { sdk, startBackend } from './backend.mjs';
import { createDriver } from './driver.mjs';
import { emit, serve } from './host.mjs';

const pusherJs = createRequire(import.meta.url)('pusher-js');
const driver = createDriver({ Pusher: pusherJs.Pusher ?? pusherJs, Echo, backend: await startBackend(), emit });

// Calls of the SDK; its answer and its refusal both come back as `{status, body}`.
async function callSdk(method, { app, call }) {
  try {
    const answer = await sdk(app)[method](...call);
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    if (error.name !== 'PusherRequestError' || error.status === undefined) throw error;
    return { status: error.status, body: error.body };
  }
}

// What the SDK says of a webhook: its own check of key and signature, and what it read.
function checkWebhook({ app, headers, body }) {
  const webhook = sdk(app).webhook({ headers, rawBody: body });
  const valid = webhook.isValid();
  return { valid, events: valid ? webhook.getEvents() : [], time: valid ? webhook.getTime().getTime() : 0 };
}

await serve((command, args) => (command === 'sdk.webhook' ? checkWebhook(args) : command.startsWith('sdk.') ? callSdk(command.slice(4), args) : driver[command](args)));
