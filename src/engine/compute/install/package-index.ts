/** Downloads one file from a package index, the simple interface of PEP 503, where no pip can do it. */
import * as l10n from '@vscode/l10n';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../../shared/errors';
import type { Wheel } from './release';
import { throwIfCancelled } from './run-tool';
import type { ByteProgress } from './wheel';

/** @throws UserError `backend-unavailable`, `cancelled`, or `settings-invalid` for what is no address */
export async function downloadFromIndex(
  index: string,
  { distribution, wheel, wheelBytes }: Wheel,
  target: string,
  progress: ByteProgress,
  signal: AbortSignal,
): Promise<void> {
  const { address: root, headers } = indexAddress(index);
  try {
    const page = new URL(`${root.href.replace(/\/+$/, '')}/${distribution}/`);
    const listing = await fetched(page, headers, signal);
    const address = addressIn(await listing.text(), wheel, listing.url);
    if (address === undefined) throw new Error(`the index has no ${wheel}`);
    // What the index asks of its visitors is no other server's business.
    const response = await fetched(address, address.host === root.host ? headers : {}, signal);
    let done = 0;
    const counter = new Transform({
      transform(part: Buffer, _encoding, next) {
        done += part.length;
        if (done > wheelBytes) {
          next(new Error(`more than ${String(wheelBytes)} bytes came`));
          return;
        }
        progress(done, wheelBytes);
        next(null, part);
      },
    });
    if (response.body === null) throw new Error('nothing came');
    await pipeline(partsOf(response.body), counter, createWriteStream(target), { signal });
  } catch (error) {
    throwIfCancelled(signal);
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    const reason = error instanceof Error ? `${error.message}${cause}` : String(error);
    throw new UserError(
      'backend-unavailable',
      l10n.t(
        'TensorFlow could not be downloaded from the index {0}: {1}. Check the address and the network, or download {2} elsewhere and name it with --wheel FILE.',
        root.href,
        reason,
        wheel,
      ),
      { cause: error },
    );
  }
}

type Headers = Readonly<Record<string, string>>;

/** Names and passwords in an address are sent as a header, and never shown. */
function indexAddress(index: string): { readonly address: URL; readonly headers: Headers } {
  const address = URL.canParse(index) ? new URL(index) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    throw new UserError(
      'settings-invalid',
      l10n.t('The package index “{0}” is no address: it should begin with https:// or http://.', index),
    );
  }
  const { username, password } = address;
  address.username = '';
  address.password = '';
  if (username === '' && password === '') return { address, headers: {} };
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address, headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` } };
}

async function fetched(address: URL, headers: Headers, signal: AbortSignal): Promise<Response> {
  const response = await fetch(address, { signal, headers: { accept: 'text/html', ...headers } });
  if (!response.ok) throw new Error(`${address.href} answers ${String(response.status)}`);
  return response;
}

async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

/** The link whose file name is `file`; links may be relative to the page. */
function addressIn(html: string, file: string, page: string): URL | undefined {
  for (const [, href = ''] of html.matchAll(/<a\s[^>]*href\s*=\s*["']([^"']+)["']/gi)) {
    const address = new URL(href.replaceAll('&amp;', '&'), page);
    if (address.pathname.endsWith(`/${file}`)) return address;
  }
  return undefined;
}
