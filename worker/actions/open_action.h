// Actions that open and close one file, over and over: most of what rules look for.
#pragma once

#include <memory>
#include <string>

#include "worker/actions/action.h"

namespace bench {

// A file of ours, made by Prepare (by mknod: an open would make an alert nobody counted), or one
// that the host has.
struct OpenSpec {
  const char* action;    // its name, for errors
  const char* existing;  // the host's file; nullptr: one of ours
  // Of ours: directory + "/" + marker + suffix. A suffix with slashes makes the marker the name of
  // a directory: rules look for some files by their whole name. nullptr: the scratch directory.
  const char* directory;
  const char* suffix;
  int flags;  // of the open
};

std::unique_ptr<Action> MakeOpenAction(const OpenSpec& spec);

// For the table: a plain function for each spec, which must outlive the program.
template <const OpenSpec& kSpec>
std::unique_ptr<Action> MakeOpenActionOf() {
  return MakeOpenAction(kSpec);
}

// A file of ours, as above, for actions that do something else with it. Removes it when destroyed.
class MarkedFile {
 public:
  MarkedFile() = default;
  MarkedFile(const MarkedFile&) = delete;
  MarkedFile& operator=(const MarkedFile&) = delete;
  ~MarkedFile() { Remove(); }

  // An error names the action, the file and what to do; nothing is left behind then.
  absl::Status Create(absl::string_view action, const std::string& directory,
                      absl::string_view marker, absl::string_view suffix);
  void Remove();  // idempotent
  const char* path() const { return path_.c_str(); }

 private:
  std::string top_;  // what is removed: the file, or the directory that it is in
  std::string path_;
};

// What is removed of such a file: the path that the journal gets.
std::string MarkedTop(const std::string& directory, absl::string_view marker,
                      absl::string_view suffix);

}  // namespace bench
