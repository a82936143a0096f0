#include "worker/rig/generator_load.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/cleanup/state_dir.h"

namespace bench {

GeneratorLoad::GeneratorLoad(GeneratorLoadOptions options) : options_(std::move(options)) {}

absl::Status GeneratorLoad::SetUp(const RigSpec& spec, RigFacts* facts) {
  spec_ = spec;
  BENCH_ASSIGN_OR_RETURN(mix_, MakeMix(spec.mix));
  placement_ = PlaceProcesses(options_.cpus, spec.cpu_millis, spec.generators, spec.pin);
  facts->generators = placement_.generators;
  facts->generator_cpus = FormatCpuList(placement_.generator_cpus);
  scratch_dir_ = ScratchPath(options_.journal->state_dir());
  BENCH_RETURN_IF_ERROR(MakeDirectories(scratch_dir_));
  engine_ = std::make_unique<LoadEngine>(options_.generator_path, scratch_dir_, options_.journal);
  return absl::OkStatus();
}

void GeneratorLoad::TearDown() {
  if (engine_ != nullptr) engine_->Stop().IgnoreError();
  engine_.reset();
}

LoadRequest GeneratorLoad::NewLoad(absl::string_view kind) {
  LoadRequest load;
  load.marker = absl::StrCat(kMarkerPrefix, spec_.run_id, "-", kind, ++loads_);
  load.mix = spec_.mix;
  load.processes = placement_.generators;
  load.cpus = placement_.generator_cpus;
  return load;
}

LoadRequest GeneratorLoad::NewLoad(const TrialRequest& request) {
  LoadRequest load = NewLoad("t");
  load.syscalls_per_sec = request.syscalls_per_sec;
  load.sleep_between_actions = request.sleep_between_actions;
  load.duration = request.duration;
  return load;
}

}  // namespace bench
