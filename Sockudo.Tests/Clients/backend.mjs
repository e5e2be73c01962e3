// The application's backend of the tests: the auth endpoints pusher-js calls, made with the `pusher` SDK, and the files of
// the page. Identity and credentials come as parameters of the request, so that one backend serves every test.
import http from 'node:http';
import { readFile } from 'node:fs/promises';
import Pusher from 'pusher';

const files = {
  '/page.html': ['text/html', 'page.html'],
  '/driver.mjs': ['text/javascript', 'driver.mjs'],
  '/pusher.js': ['text/javascript', 'node_modules/pusher-js/dist/web/pusher-with-encryption.js'],
  '/echo.js': ['text/javascript', 'node_modules/laravel-echo/dist/echo.iife.js'],
};

// 32 bytes, base64: the master key of end-to-end encrypted channels, which no server sees.
export const encryptionMasterKeyBase64 = Buffer.from('a master key of the tests: 32 B.').toString('base64');

export function sdk({ app_id, app_key, app_secret, port }) {
  return new Pusher({ appId: app_id, key: app_key, secret: app_secret, host: '127.0.0.1', port, useTLS: false, encryptionMasterKeyBase64 });
}

function authorize(path, form) {
  if (form.forbidden) return [403, { error: 'forbidden' }];
  const pusher = sdk({ ...form, app_secret: form.wrong_secret ?? form.app_secret });
  if (path === '/pusher/user-auth') {
    return [200, pusher.authenticateUser(form.socket_id, { id: form.user_id, ...JSON.parse(form.user_data ?? '{}') })];
  }
  const presence = form.channel_name.startsWith('presence-')
    ? { user_id: form.user_id, user_info: JSON.parse(form.user_info ?? 'null') ?? undefined }
    : undefined;
  return [200, pusher.authorizeChannel(form.socket_id, form.channel_name, presence)];
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
  if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
  if (request.method === 'GET' && files[pathname]) {
    const [type, path] = files[pathname];
    return response.writeHead(200, { 'Content-Type': type }).end(await readFile(new URL(path, import.meta.url)));
  }
  if (request.method !== 'POST' || !pathname.startsWith('/pusher/')) return response.writeHead(404).end();

  let body = '';
  for await (const chunk of request) body += chunk;
  const [status, json] = authorize(pathname, Object.fromEntries(new URLSearchParams(body)));
  response.writeHead(status, { ...cors, 'Content-Type': 'application/json' }).end(JSON.stringify(json));
}

/** Listens on a free loopback port; returns the base address. */
export async function startBackend() {
  const server = http.createServer((request, response) => {
    answer(request, response).catch(error => response.writeHead(500).end(String(error)));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
