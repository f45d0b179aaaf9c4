#!/bin/sh
echo "toomanyrequests: You have reached your unauthenticated pull rate limit." >&2
exit 1
