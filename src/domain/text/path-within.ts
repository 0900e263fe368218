/** Whether a path, clean and absolute as the folder is, names the folder or what lies below it. Of texts: links are whoever asks's to resolve. */
export const isWithin = (path: string, folder: string) => `${path}/`.startsWith(`${folder}/`);
