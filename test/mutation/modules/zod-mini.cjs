module.exports = globalThis.loadedOnce('zod/mini');
