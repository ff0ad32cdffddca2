"""The way from the ROS graph to the screens: rosbridge v2 over WebSocket, the page, its media and its health."""
