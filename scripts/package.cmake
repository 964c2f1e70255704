# Debian packages (cpack --preset NAME): `prewarm`, which is all that a device needs, and `prewarm-compiler`, which needs LLVM.
if(PREWARM_ARCH)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${PREWARM_ARCH})
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL runtime)
if(PREWARM_COMPILER)
  list(APPEND CPACK_COMPONENTS_ALL compiler)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_CONTACT "the prewarm authors <prewarm@example.org>")
set(CPACK_DEBIAN_PACKAGE_SECTION python)

# SQLite and libffi are for recording; Python's own library needs both anyway.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME prewarm)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "python3.11, libc6 (>= 2.36), libffi8, libsqlite3-0")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "makes short-running Python programs fast
 Runs programs with native code that was compiled from a recording of them.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS "libsodium23")
set(CPACK_DEBIAN_COMPILER_PACKAGE_NAME prewarm-compiler)
set(CPACK_DEBIAN_COMPILER_PACKAGE_DEPENDS "prewarm (= ${PROJECT_VERSION}), libllvm19, libc6 (>= 2.36), libffi8, libsqlite3-0, libsodium23")
set(CPACK_COMPONENT_COMPILER_DESCRIPTION "compiles what prewarm has recorded
 For this machine, or for devices of other architectures.")
install(FILES LICENSE DESTINATION share/doc/prewarm RENAME copyright COMPONENT runtime)
install(FILES LICENSE DESTINATION share/doc/prewarm-compiler RENAME copyright COMPONENT compiler)
include(CPack)
