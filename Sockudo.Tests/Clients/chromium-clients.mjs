// pusher-js and laravel-echo in a page of headless Chromium.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { startBackend } from './backend.mjs';
import { emit, serve } from './host.mjs';

const executablePath = [process.env.SOCKUDO_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find(path => path && existsSync(path));
if (!executablePath) throw new Error('no Chromium found: install it, or name it in SOCKUDO_CHROMIUM');

const backend = await startBackend();
const browser = await chromium.launch({
  executablePath,
  args: [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
  ],
});
const page = await browser.newPage();
page.on('pageerror', error => console.error(`page: ${error}`));
await page.exposeFunction('report', event => emit(...JSON.parse(event)));
await page.goto(`${backend}/page.html`);
await page.waitForFunction(() => window.driver);

// Other pages, as a person uses them.
const visited = new Map();
const visits = {
  async 'visit.open'({ client, url }) {
    visited.set(client, await browser.newPage());
    await visited.get(client).goto(url);
  },
  async 'visit.press'({ client, button }) {
    await visited.get(client).getByRole('button', { name: button }).click();
  },
  async 'visit.see'({ client, selector, text }) {
    await visited.get(client).locator(selector, { hasText: text }).first().waitFor();
  },
  async 'visit.close'({ client }) {
    await visited.get(client).close();
    visited.delete(client);
  },
};

await serve(
  (command, args) => (visits[command] ? visits[command](args) : page.evaluate(([name, value]) => window.driver[name](value), [command, args])),
  () => browser.close(),
);
