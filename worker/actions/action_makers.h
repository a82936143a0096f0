// The makers of actions that are more than an open and a close (open_action.h).
#pragma once

#include <memory>

#include "worker/actions/action.h"

namespace bench {

std::unique_ptr<Action> MakeChangeThreadNamespace();
std::unique_ptr<Action> MakeMkdirBinaryDirs();
std::unique_ptr<Action> MakeModifyBinaryDirs();

std::unique_ptr<Action> MakeReadFiller();
std::unique_ptr<Action> MakeWriteFiller();
std::unique_ptr<Action> MakeConnectFiller();
std::unique_ptr<Action> MakeExecFiller();

}  // namespace bench
