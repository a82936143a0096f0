#include "benchctl/commands/progress_display.h"

#include <string>

#include "benchctl/view/live_block.h"

namespace bench {
namespace {

ProgressLog::Detail DetailFor(const CommandContext& context, bool live) {
  if (context.flags.verbose) return ProgressLog::Detail::kReasons;
  return live ? ProgressLog::Detail::kResults : ProgressLog::Detail::kTrials;
}

}  // namespace

ProgressDisplay::ProgressDisplay(CommandContext& context, double run_estimate_sec)
    : context_(context),
      run_estimate_sec_(run_estimate_sec),
      live_(context.env.console.err_is_terminal() && !context.flags.quiet),
      log_(DetailFor(context, live_)) {}

ProgressDisplay::~ProgressDisplay() {
  if (live_) context_.env.console.SetLiveBlock({});
}

void ProgressDisplay::Update(const v1::GetProgressResponse& progress) {
  for (const std::string& line : log_.Update(progress)) context_.Say(line);
  if (!live_) return;
  context_.env.console.SetLiveBlock(
      RenderLiveBlock(progress, {.width = context_.env.console.err_width(),
                                 .colours = context_.err_colours(),
                                 .run_estimate_sec = run_estimate_sec_}));
}

}  // namespace bench
