#pragma once

#include "benchctl/commands/console.h"
#include "benchctl/commands/context.h"

namespace bench {

// The log of the embedded controller and worker goes to stderr line by line, above the live block:
// warnings by default, more with -v, nothing but errors with -q. `console` outlives the process's
// logging.
void LogToConsole(Console& console, const GlobalFlags& flags);

}  // namespace bench
