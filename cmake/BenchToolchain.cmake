# What every target of ours is compiled with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 17)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

set(BENCH_SANITIZERS "" CACHE STRING "Value of -fsanitize= for every target, e.g. address,undefined")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# bench_compile_options(TARGET): warnings as errors, sanitizers. Generated code gets only the latter.
function(bench_sanitize target)
  if(BENCH_SANITIZERS)
    target_compile_options(${target} PRIVATE -fsanitize=${BENCH_SANITIZERS} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${BENCH_SANITIZERS})
  endif()
endfunction()

function(bench_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wno-missing-field-initializers)
  bench_sanitize(${target})
endfunction()
