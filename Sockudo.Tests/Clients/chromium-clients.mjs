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

await serve((command, args) => page.evaluate(([name, value]) => window.driver[name](value), [command, args]), () => browser.close());
