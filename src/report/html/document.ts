import { markup, trusted, type Value } from './html.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style-sheet.ts';

export interface DocumentInput {
  readonly title: string;
  readonly header: Value;
  readonly main: Value;
  /** The version of keysweep. */
  readonly madeBy: string;
  /** Of a text in UTF-8, in base64: the security policy names the page's own style and script by it. */
  readonly sha256: (text: string) => string;
}

/** One HTML file that loads nothing, works without script, and lets a browser run no script but its own. */
export function renderDocument({ title, header, main, madeBy, sha256 }: DocumentInput): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(sha256)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
${header}
<main id="main">
${main}
</main>
<footer><p>Made by keysweep ${madeBy} from the ledger, which is authoritative.
This page loads nothing and holds no secret.</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy */
function contentSecurityPolicy(sha256: DocumentInput['sha256']): string {
  return [
    `default-src 'none'`,
    `style-src 'sha256-${sha256(STYLE)}'`,
    `script-src 'sha256-${sha256(SCRIPT)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ');
}
