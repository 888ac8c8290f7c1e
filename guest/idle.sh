#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Nothing: for what the kernel does by itself while it boots.
exit 0
