// Answers questions to the pure part of the panel's script: a line [name, ...arguments] in, a line with the result out.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const script = createRequire(import.meta.url)(process.env.SLA_PANEL_SCRIPT || '../../plugin/sla-bridge/assets/panel.js');

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(script[name](...given))}\n`);
}
