// Undoes journal entries.
#pragma once

#include <string>
#include <vector>

#include "worker/cleanup/journal.h"
#include "worker/cleanup/journal_format.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {

// Limits of groups that are not ours first, those of one group together; of several entries for one
// file the oldest counts. Then processes, as they may still make files, then control groups, then
// files; within each the newest first. What could not be undone, but may be later, is returned.
std::vector<JournalEntry> ReplayEntries(CgroupKernel& kernel,
                                        const std::vector<JournalEntry>& entries,
                                        ReplayReport* report);

// The running kernel's; "" when it can't be read.
std::string CurrentBootId();

}  // namespace bench
