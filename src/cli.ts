#!/usr/bin/env node
import { keysweep } from './commands/keysweep.ts';
import { openTerminal } from './commands/terminal.ts';

const terminal = openTerminal();

// The SDK is pinned, so its warning about its later versions does not concern users. The age of Node does.
const SILENCE = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
if (process.env[SILENCE] !== 'true' && Number.parseInt(process.version.slice(1)) < 22)
  terminal.say(
    `Node ${process.version} gets no security fixes. Use Node 22 or newer: keysweep 1.0 needs it.`,
  );
process.env[SILENCE] = 'true';

process.exitCode = await keysweep(process.argv.slice(2), terminal);
