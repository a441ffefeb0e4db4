/**
 * The AWS SDK tells every process that runs on Node 20 which Node it will need one day. That is for those who keep this
 * product up to date, not for everyone who runs a command or reads a worker's log. Imported before the SDK is.
 */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
