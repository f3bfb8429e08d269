// Serves an osTicket with a PHP compiled to WebAssembly, so that the contract suite can be run with versions that the system has no
// package of. It needs node 24 or newer, what `make php-versions` has fetched, and DBHOST as an address and port, not as a socket:
//
//     node --experimental-wasm-jspi tests/contract/serve_osticket.mjs 8.4 /var/www/osticket 8480 [plain]
//
// `plain` serves only files that exist, as a web server without rewriting. What PHP says about a file of the plugin goes to stderr,
// whatever osTicket's error_reporting leaves out. Mail goes to the command that the variable SENDMAIL names.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const fetched = createRequire(new URL('../../build/php-wasm/', import.meta.url));
const { PHP, setPhpIniEntries } = fetched('@php-wasm/universal');
const { loadNodeRuntime, useHostFilesystem } = fetched('@php-wasm/node');

const [version, folder, port, plain] = process.argv.slice(2);
const root = realpathSync(folder);
const AT_ONCE = 3; // enough for requests that wait for each other's locks
const WORN_OUT = 300; // one that had served thousands of requests could not open a file any more
const INI = {
    'date.timezone': process.env.TZ || 'UTC', memory_limit: '256M', post_max_size: '32M', display_errors: '0',
    sendmail_path: process.env.SENDMAIL || '/bin/false',
};
const COMPLAINTS = `<?php
set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    if (str_contains($file, '/plugins/sla-bridge/') && ($level & (error_reporting() | E_DEPRECATED))) {
        file_put_contents('php://stderr', "COMPLAINT $level $message in $file:$line\\n");
    }
    return false;
});`;

let processes = 0;
async function interpreter() {
    const php = new PHP(await loadNodeRuntime(version, {
        followSymlinks: true, extensions: ['intl'], emscriptenOptions: { processId: ++processes },
    }));
    useHostFilesystem(php);
    php.setSpawnHandler((command, args) => spawn(command, args, { shell: true, stdio: 'pipe' }));
    await setPhpIniEntries(php, INI);
    php.writeFile('/internal/shared/preload/complaints.php', COMPLAINTS);
    return { php, served: 0 };
}

// Which script answers, and what stands behind its name: as in the example of nginx in osTicket's own documentation.
function route(address) {
    const api = plain ? null : /^\/api(\/(?!(?:http|cron|pipe)\.php(?:\/|$)).*)$/.exec(address);
    const [, script, rest = ''] = api ? [null, '/api/http.php', api[1]] : /^(\/.+?\.php)(\/.*)?$/.exec(address) ?? [];
    return { script: script ?? (address.endsWith('/') ? address + 'index.php' : null), rest };
}

async function run(php, request, body, file, script, rest, query) {
    php.chdir(path.dirname(file));
    return php.run({
        scriptPath: file, relativeUri: request.url, method: request.method, headers: request.headers, protocol: 'http', body,
        $_SERVER: {
            REMOTE_ADDR: '127.0.0.1', SERVER_NAME: '127.0.0.1', SERVER_PORT: port, HTTP_HOST: request.headers.host, HTTPS: '',
            DOCUMENT_ROOT: root, SCRIPT_FILENAME: file, SCRIPT_NAME: script, PHP_SELF: script + rest, PATH_INFO: rest,
            REQUEST_URI: request.url, QUERY_STRING: query,
        },
    });
}

const idle = await Promise.all(Array.from({ length: AT_ONCE }, interpreter));
const waiting = [];
const take = () => idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
function give(one) {
    if (waiting.length) waiting.shift()(one);
    else idle.push(one);
}

async function answer(request, response, body) {
    const [address, query = ''] = request.url.split(/\?(.*)/s);
    const { script, rest } = route(decodeURIComponent(address));
    const file = path.join(root, script ?? decodeURIComponent(address));
    if (!existsSync(file) || statSync(file).isDirectory() || !file.startsWith(root + '/') || file.startsWith(root + '/include/')) {
        return response.writeHead(404).end();
    }
    if (!script) {
        return response.end(readFileSync(file));
    }
    let one = await take();
    try {
        const { httpStatusCode, headers, bytes, errors } = await run(one.php, request, body, file, script, rest, query);
        response.writeHead(httpStatusCode, headers).end(Buffer.from(bytes));
        errors.split('\n').filter((line) => line.startsWith('COMPLAINT')).forEach((line) => console.error(line));
    } catch (error) {
        console.error(request.method, request.url, error.message.replace(/^ ?PHP Deprecated: .*\n/gm, ''));
        response.writeHead(502).end();
        one.served = WORN_OUT;
    }
    one.served += 1;
    if (one.served > WORN_OUT) {
        one.php.exit();
        one = await interpreter();
    }
    give(one);
}

createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    await answer(request, response, chunks.length ? new Uint8Array(Buffer.concat(chunks)) : undefined);
}).listen(Number(port), '127.0.0.1', () => console.log(`PHP ${version} serves ${root} at http://127.0.0.1:${port}/`));
