#pragma once

#include <functional>
#include <thread>

namespace bench {

// Starts a thread that no signal is delivered to: those are for the threads that expect them.
std::thread StartQuietThread(std::function<void()> run);

}  // namespace bench
