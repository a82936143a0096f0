# One small library a folder: bench_library(common_units SRCS … DEPS …) makes bench::common_units.
function(bench_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(ARG_SRCS)
    add_library(bench_${name} STATIC ${ARG_SRCS})
    target_include_directories(bench_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(bench_${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
    bench_compile_options(bench_${name})
  else()
    add_library(bench_${name} INTERFACE)
    target_include_directories(bench_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(bench_${name} INTERFACE ${ARG_DEPS})
  endif()
  add_library(bench::${name} ALIAS bench_${name})
endfunction()

# bench_program(bench-worker SRCS … DEPS …) makes ${build}/bin/bench-worker.
function(bench_program name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  bench_compile_options(${name})
endfunction()

# bench_test(units_test SRCS … DEPS … [LABEL unit|integration|e2e|privileged] [TIMEOUT SECONDS]
#            [SERIAL] [NEEDS PROGRAM…])
# A test program of GoogleTest; ctest runs it as a whole, in the build tree, to which the paths that
# it is given are relative: so a compiler cache serves clones elsewhere. SERIAL: no other test beside it.
# NEEDS: programs of ours that it starts; they are built before it and found in ${build}/bin.
function(bench_test name)
  cmake_parse_arguments(ARG "SERIAL" "LABEL;TIMEOUT" "SRCS;DEPS;NEEDS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SRCS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE
    BENCH_BIN_DIR="bin" BENCH_TESTDATA_DIR="testdata")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  bench_compile_options(${name})
  if(ARG_NEEDS)
    add_dependencies(${name} ${ARG_NEEDS})
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
    RUN_SERIAL "${ARG_SERIAL}")
endfunction()

# bench_fuzz(fuzz_units SRCS … DEPS …): a libFuzzer program, ${build}/bin/fuzz_units, in trees whose
# sanitizers count coverage for it (preset fuzz, clang alone); nothing elsewhere.
function(bench_fuzz name)
  if(NOT BENCH_SANITIZERS MATCHES "fuzzer-no-link")
    return()
  endif()
  bench_program(${name} ${ARGN})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
