// A task without screens of its own yet: the lock and the queue alone.

import { start } from "./shell.js";

start(() => ({}));
