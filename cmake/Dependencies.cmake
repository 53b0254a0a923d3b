# Debian 12's packages, each behind one target name, so that nothing else knows how it is found.
# In the probe-static preset every one of them is a static archive.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_program(HYPERGAUGE_GRPC_PLUGIN grpc_cpp_plugin REQUIRED)

# tl::expected, fmt and spdlog: headers only (Debian has no static archive of fmt).
add_library(hypergauge_spdlog INTERFACE)
target_compile_definitions(hypergauge_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
target_link_libraries(hypergauge_spdlog INTERFACE Threads::Threads)

# SHA-256 and CRC-32. By bare names, so that -static finds the archives.
add_library(hypergauge_digests INTERFACE)
target_link_libraries(hypergauge_digests INTERFACE crypto z)

add_library(hypergauge_protobuf INTERFACE)
add_library(hypergauge_grpc INTERFACE)
if(HYPERGAUGE_PROBE_ONLY)
  # The imported targets of gRPC and Protobuf are shared libraries; pkg-config knows the static
  # closure. The archives refer to one another in circles, hence the link group.
  pkg_check_modules(PROTOBUF_STATIC REQUIRED protobuf)
  pkg_check_modules(GRPC_STATIC REQUIRED grpc++)
  target_link_libraries(hypergauge_protobuf INTERFACE ${PROTOBUF_STATIC_STATIC_LIBRARIES})
  target_link_libraries(hypergauge_grpc INTERFACE
    -Wl,--start-group ${PROTOBUF_STATIC_STATIC_LIBRARIES} ${GRPC_STATIC_STATIC_LIBRARIES}
    grpc gpr cares address_sorting re2 upb z ssl crypto -Wl,--end-group dl pthread)
else()
  find_package(gRPC CONFIG REQUIRED)
  target_link_libraries(hypergauge_protobuf INTERFACE protobuf::libprotobuf)
  target_link_libraries(hypergauge_grpc INTERFACE gRPC::grpc++ protobuf::libprotobuf)
  pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
  find_package(prometheus-cpp CONFIG REQUIRED)
  find_package(yaml-cpp REQUIRED)
  if(HYPERGAUGE_BUILD_TESTS)
    find_package(GTest REQUIRED)
    pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
  endif()
endif()
