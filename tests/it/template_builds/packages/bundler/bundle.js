#!/usr/bin/env node
require('node:fs').cpSync('src', 'dist', { recursive: true });
