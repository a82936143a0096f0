#pragma once

namespace bench {

// "0.1.0", from CMake's project().
const char* Version();
// Short hash of the commit this was configured from; "unknown" outside a git checkout.
const char* GitCommit();

}  // namespace bench
