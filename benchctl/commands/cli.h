#pragma once

#include <string>
#include <vector>

#include "benchctl/commands/context.h"

namespace bench {

// benchctl: reads the command line, runs the command, prints errors; returns the exit code.
// `arguments` are without the program's name.
int RunBenchctl(std::vector<std::string> arguments, const Environment& environment);

}  // namespace bench
