// The SDK warns on every client about Node versions of next year; the warning would hide real output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
