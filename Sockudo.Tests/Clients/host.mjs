// What both hosts share: JSON lines in (`{id, command, arguments}`), JSON lines out (`{id, result | error}` and
// `{client, source, name, data, metadata}`). End of input ends the process.
import readline from 'node:readline';

const write = message => process.stdout.write(`${JSON.stringify(message)}\n`);

export function emit(client, source, name, data, metadata) {
  write({ client, source, name, data: plain(data), metadata: plain(metadata) });
}

function plain(value) {
  return value instanceof Error ? String(value) : (value ?? null);
}

/** @param {(command: string, args: object) => any} run @param {() => any} [stop] */
export async function serve(run, stop) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { id, command, arguments: args } = JSON.parse(line);
    // Not awaited: a slow answer must not keep the next command.
    Promise.resolve()
      .then(() => (command === 'ready' ? null : run(command, args)))
      .then(result => write({ id, result: result ?? null }))
      .catch(error => write({ id, error: String(error?.message ?? error) }));
  }
  await stop?.();
  process.exit(0);
}
