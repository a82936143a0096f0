// Undoes journal entries.
#pragma once

#include <string>
#include <vector>

#include "worker/cleanup/journal.h"
#include "worker/cleanup/journal_format.h"

namespace bench {

// Processes first, as they may still make files, then control groups, then files; within each the
// newest first. What could not be undone, but may be later, is returned.
std::vector<JournalEntry> ReplayEntries(const std::vector<JournalEntry>& entries,
                                        ReplayReport* report);

// The running kernel's; "" when it can't be read.
std::string CurrentBootId();

}  // namespace bench
