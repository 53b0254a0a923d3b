# What `cmake --install` puts where: programs, man pages, completions, examples of configurations.
include(GNUInstallDirs)

install(TARGETS hypergauge-bench hypergauge-probe RUNTIME)
set(pages ${PROJECT_SOURCE_DIR}/docs/man/hypergauge-bench.1
          ${PROJECT_SOURCE_DIR}/docs/man/hypergauge-probe.1)
set(examples ${PROJECT_SOURCE_DIR}/docs/probe.yml)

if(NOT HYPERGAUGE_PROBE_ONLY)
  install(TARGETS hypergauge hypergauge-aggregator RUNTIME)
  list(APPEND pages ${PROJECT_SOURCE_DIR}/docs/man/hypergauge.1
                    ${PROJECT_SOURCE_DIR}/docs/man/hypergauge-aggregator.1)
  list(APPEND examples ${PROJECT_SOURCE_DIR}/docs/aggregator.yml
                       ${PROJECT_SOURCE_DIR}/docs/catalogue.yml)

  set(completions ${CMAKE_BINARY_DIR}/completions)
  file(MAKE_DIRECTORY ${completions})
  set(scripts)
  foreach(shell bash zsh fish)
    add_custom_command(OUTPUT ${completions}/${shell}
                       COMMAND hypergauge completion ${shell} > ${completions}/${shell}
                       DEPENDS hypergauge VERBATIM)
    list(APPEND scripts ${completions}/${shell})
  endforeach()
  add_custom_target(completions ALL DEPENDS ${scripts})
  install(FILES ${completions}/bash RENAME hypergauge
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${completions}/zsh RENAME _hypergauge
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES ${completions}/fish RENAME hypergauge.fish
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${examples} DESTINATION ${CMAKE_INSTALL_DOCDIR})
