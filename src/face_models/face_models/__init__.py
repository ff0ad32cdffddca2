"""The networks of face_inference, offline: conversion, labelled faces, evaluation, training."""
