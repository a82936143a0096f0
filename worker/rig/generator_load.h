// The generator side of a rig: on which CPUs its processes go, and its loads one after another.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "worker/load/load_engine.h"
#include "worker/load/placement.h"
#include "worker/rig/rig.h"

namespace bench {

struct GeneratorLoadOptions {
  Journal* journal = nullptr;  // not owned
  std::string generator_path;  // the bench-generator program
  std::vector<int> cpus;       // that may be used, ascending
};

// Not thread-safe.
class GeneratorLoad {
 public:
  explicit GeneratorLoad(GeneratorLoadOptions options);

  // Places the processes, says so in `facts` and makes the scratch directory.
  absl::Status SetUp(const RigSpec& spec, RigFacts* facts);
  // Ends a load that still runs. Idempotent.
  void TearDown();

  const Mix& mix() const { return mix_; }
  const Placement& placement() const { return placement_; }
  const std::string& scratch_dir() const { return scratch_dir_; }
  LoadEngine& engine() { return *engine_; }  // from SetUp to TearDown

  // The run's mix on its CPUs, under a marker of its own that says `kind`; without a rate yet.
  LoadRequest NewLoad(absl::string_view kind);
  LoadRequest NewLoad(const TrialRequest& request);

 private:
  const GeneratorLoadOptions options_;
  RigSpec spec_;
  Mix mix_;
  Placement placement_;
  std::string scratch_dir_;
  std::unique_ptr<LoadEngine> engine_;
  int loads_ = 0;  // numbers the markers
};

}  // namespace bench
