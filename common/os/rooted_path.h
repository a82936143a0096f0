#pragma once

#include <string>

namespace bench {

// Where a file lies that a process with another root directory calls `path`: `root`
// ("/proc/PID/root" of a container) and the path, its symbolic links followed within that root, as
// the process would. What isn't there yet keeps its name, below the links of its directory. An
// empty `root` is our own: `path` itself. Needs Linux 5.6; before it, links are not followed here.
// Thread-safe.
std::string PathBelowRoot(const std::string& root, const std::string& path);

}  // namespace bench
