// Starts fauxqs on a free port, prints the port, and ends with the standard input.
import { pathToFileURL } from 'node:url';

const { startFauxqs } = await import(pathToFileURL(process.cwd() + '/node_modules/fauxqs/dist/app.js'));
const server = await startFauxqs({ port: 0, logger: false });
console.log(server.port);
process.stdin.resume();
process.stdin.on('end', () => process.exit());
