#!/usr/bin/env node
import module from 'node:module';

// Since Node 22.1: keeps the compiled code for the next start.
module.enableCompileCache?.();
await import('../dist/cli/cli.js');
