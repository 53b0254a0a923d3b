# Flags and target helpers: the one place where they are set.
#
#   hypergauge_library(NAME SOURCES a.cc ... [DEPS t ...] [OBJECT])   a library of our own code
#   hypergauge_program(NAME SOURCES a.cc ... [DEPS t ...] [STATIC])   a program in build/PRESET/bin/
#   hypergauge_test(NAME SOURCES a.cc ... [DEPS t ...] [LABELS l ...] [TIMEOUT s] [ENV A=b ...])

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_SKIP_RPATH ON)
# Debug means "assertions on and debuggable", not "twenty times slower": benchmarks run in tests too.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g1")
# Optimizing what sanitizers add takes three times as long as compiling everything.
set(CMAKE_CXX_FLAGS_SANITIZE "-O0 -g1")
set(CMAKE_C_FLAGS_SANITIZE "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(HYPERGAUGE_CCACHE ccache)
if(HYPERGAUGE_CCACHE)
  # What was compiled in one checkout is found again in another.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${HYPERGAUGE_CCACHE})
endif()

# For tests: build_paths.h.
set(HYPERGAUGE_PATHS_DIR ${CMAKE_BINARY_DIR}/paths)
configure_file(${PROJECT_SOURCE_DIR}/cmake/build_paths.h.in ${HYPERGAUGE_PATHS_DIR}/build_paths.h
               @ONLY)

# Every compilation, generated code included. The prefix map keeps the builder's paths out of the
# binaries, so that two presets build the very same hypergauge-bench.
add_library(hypergauge_common INTERFACE)
target_include_directories(hypergauge_common INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(hypergauge_common INTERFACE
  -ffile-prefix-map=${CMAKE_BINARY_DIR}/=build/ -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
if(HYPERGAUGE_SANITIZE)
  target_compile_options(hypergauge_common INTERFACE
    -fsanitize=${HYPERGAUGE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(hypergauge_common INTERFACE -fsanitize=${HYPERGAUGE_SANITIZE})
  # Protobuf's headers lay out maps otherwise when they see ThreadSanitizer, but Debian's library
  # was built without it.
  target_compile_options(hypergauge_common INTERFACE -U__SANITIZE_THREAD__)
  if(HYPERGAUGE_SANITIZE STREQUAL "thread")
    # libstdc++ asks the same macro before it takes a short cut that ThreadSanitizer does not know.
    target_compile_definitions(hypergauge_common INTERFACE _GLIBCXX_TSAN=1)
  endif()
endif()

# Our own code only.
add_library(hypergauge_flags INTERFACE)
target_link_libraries(hypergauge_flags INTERFACE hypergauge_common)
target_compile_options(hypergauge_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Werror)
if(HYPERGAUGE_SANITIZE)
  # Sanitizers blind g++ 12 to what <regex> initializes; the other builds keep the warning.
  target_compile_options(hypergauge_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

function(hypergauge_library name)
  cmake_parse_arguments(arg "OBJECT" "" "SOURCES;DEPS" ${ARGN})
  set(kind STATIC)
  if(arg_OBJECT)
    set(kind OBJECT)
  endif()
  add_library(${name} ${kind} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE hypergauge_flags PUBLIC hypergauge_common ${arg_DEPS})
endfunction()

function(hypergauge_program name)
  cmake_parse_arguments(arg "STATIC" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE hypergauge_flags ${arg_DEPS})
  # A static executable cannot carry a sanitizer's run-time.
  if(arg_STATIC AND NOT HYPERGAUGE_SANITIZE)
    target_link_options(${name} PRIVATE -static)
    set_target_properties(${name} PROPERTIES
      CXX_LINKER_LAUNCHER ${PROJECT_SOURCE_DIR}/scripts/static-link.sh)
  endif()
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_link_options(${name} PRIVATE -s -Wl,--gc-sections)
  endif()
endfunction()

function(hypergauge_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPS;LABELS;ENV" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE hypergauge_flags ${arg_DEPS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${HYPERGAUGE_PATHS_DIR})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  # One CTest entry per program: a test case is named by GoogleTest's own output.
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
    ENVIRONMENT "${arg_ENV}")
endfunction()
