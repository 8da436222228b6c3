#!/usr/bin/env node
import { keysweep } from './commands/keysweep.ts';
import { openTerminal } from './commands/terminal.ts';

// keysweep pins the SDK, so its warning about future Node versions does not concern users.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.exitCode = await keysweep(process.argv.slice(2), openTerminal());
